"""Who trains the model an experiment tests: a learner inside, a script, a service."""
