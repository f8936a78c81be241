"""From an accepted request to its result: the queue, the worker process, its supervisor."""
