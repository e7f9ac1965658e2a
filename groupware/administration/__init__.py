"""Administration: rules, rights, people's accounts, plugins, audit and retention, for those who were granted them."""
