"""Full text in the six official languages over what the read models hold."""
