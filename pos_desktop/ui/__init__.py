"""The window, its screens, item models and widgets."""
