"""Districts and parks: what space there is and its hard limits."""
