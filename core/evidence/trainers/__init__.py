"""Who trains the model that an experiment tests: a learner inside, a script, a fine-tuning service."""
