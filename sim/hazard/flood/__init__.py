"""Floods: from rain, river or ice to the depth of water in every township, as pure functions and one sampler."""
