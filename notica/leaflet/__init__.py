"""The leaflet (tríptico) by which families set up Telegram, TokApp and Mirador (requirements F1, F2)."""
