"""What every page shares: access declarations, the boundary of a request, the shell, assets, errors, responses."""
