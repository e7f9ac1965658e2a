"""What tests of the house and of foreign plugins stand on: a pytest plugin, factories, contract tests."""
