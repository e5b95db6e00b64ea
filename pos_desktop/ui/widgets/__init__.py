"""Small reusable pieces. Each takes the Theme first and draws itself from it; `restyle()` follows a change of look."""
