"""The schedule, the presets, and the optimiser of the initial latent."""
