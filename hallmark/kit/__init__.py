"""The test kit: drives a product through its adapter and looks at the cloud what came of it."""
