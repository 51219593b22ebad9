"""What is right and wrong about a package that arrives: pure rules, without a database."""
