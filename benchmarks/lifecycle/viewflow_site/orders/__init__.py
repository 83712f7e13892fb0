"""The one application of the Django site."""
