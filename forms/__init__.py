"""The forms that respondents and staff fill in: questionnaires as data, WTForms from that data."""
