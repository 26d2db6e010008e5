"""What somebody sees of her own addresses, and tries on them: nobody else's (requirements B7, B8)."""
