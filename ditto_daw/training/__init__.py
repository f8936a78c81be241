"""Composing, rendering and learning: everything that makes the bundled model.

The daemon never imports this package.
"""
