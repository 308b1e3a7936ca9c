"""Mappings that come with the product: one `source.toml` a vendor or public data set."""
