"""What a school holds about somebody who asks for it herself: her own rows, and nobody else's."""
