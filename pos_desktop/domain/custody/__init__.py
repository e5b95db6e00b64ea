"""The way of cash: from a drawer into the safe, in a bag to the bank, and change back."""
