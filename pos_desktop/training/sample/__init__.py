"""What the demo store is made of. Its door is `pos_desktop.training.demo_store`."""
