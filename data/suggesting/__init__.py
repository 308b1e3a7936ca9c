"""Proposes a `source.toml` for a vendor's file from its headers and its values."""
