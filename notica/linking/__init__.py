"""A chat is linked to a phone on record by Telegram's own word on whose phone it is (requirement B7)."""
