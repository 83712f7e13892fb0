"""The yearly reports at size."""
