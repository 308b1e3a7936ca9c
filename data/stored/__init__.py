"""The tables that the product keeps for itself, by who fills them."""
