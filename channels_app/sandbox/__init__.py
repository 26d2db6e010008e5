"""A local stand-in for the providers: Telegram, Twilio, the TokApp gateway and a mail server.

One process of its own (`python -m channels_app.sandbox`) that never leaves this machine. It takes
what the channels send, writes every try to a log (the oracle of tests), can be told to misbehave,
and shows what each phone and mailbox received. It needs no Django.
"""
