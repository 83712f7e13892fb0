"""A municipality of any size, made from a seed: units, managers, people with their accounts, groups and members.

    python -m benchmarks.municipality 50000 > municipality.ldif

The same seed and number give the same municipality, so that figures can be compared.
"""
