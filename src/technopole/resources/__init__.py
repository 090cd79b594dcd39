"""What the region offers: sites, needs, facilities, policies."""
