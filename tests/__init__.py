"""Tests; a package so that its folders, named like the product's, do not stand before it on the path."""
