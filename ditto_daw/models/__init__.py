"""Models, one adapter each: networks that a sampler can call, and what they are told."""
