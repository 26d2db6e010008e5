"""The pages on which people see what each phone and mailbox received."""
