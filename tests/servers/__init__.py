"""The real servers of the tests. Each ends with the test process, however that ends."""
