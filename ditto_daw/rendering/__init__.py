"""From a request to takes on disk."""
