"""Chemical accidents: from the vessel to the cloud, the fire and the dose."""
