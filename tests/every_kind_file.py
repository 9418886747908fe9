"""A questionnaire with a question of every kind, as a file of a participation officer."""

EVERY_KIND = """
key = "every-kind"
title = "Every kind"
audience = "family"
language = "en"
status = "tested"
tested_by = "the tests"
minutes = 5
intro = ["Some questions."]
thanks = "Thank you."

[[sections]]
key = "all"
title = "All of them"
questions = [
  { key = "agree", kind = "consent", purpose = "analyse", text = "Shall we read it?", choices = { agree = "Yes", not_today = "Not today" } },
  { key = "hello", kind = "info", text = "Hello", hint = "This is about home." },
  { key = "warm", kind = "pictures", domain = "home", text = "Is it warm?", choices = { yes = "Yes", sometimes = "Sometimes", no = "No" } },
  { key = "who", kind = "choice", domain = "people", text = "Who are you?", choices = { parent = "A parent", carer = "A carer" } },
  { key = "foster", kind = "short_text", domain = "people", text = "Which agency?", max_length = 40, show_if = { question = "who", any_of = ["carer"] } },
  { key = "kind", kind = "scale", domain = "help", text = "Are we kind?", choices = { s5 = "Always", s4 = "Mostly", s3 = "Half", s2 = "Rarely", s1 = "Never" } },
  { key = "like", kind = "faces", domain = "help", text = "Do you like the room?", choices = { s5 = "Love it", s4 = "A lot", s3 = "It is good", s2 = "It is fine", s1 = "A bit" } },
  { key = "life", kind = "zero_to_ten", domain = "feel", text = "How is life?", low = "not good at all", high = "very good" },
  { key = "often", kind = "frequency", domain = "help", period = "In the last month", text = "How often did we come?", choices = { never = "Never", some = "Sometimes", often = "Often" } },
  { key = "count", kind = "number_band", domain = "help", text = "How many workers?", choices = { one = "1", few = "2 or 3", many = "4 or more" } },
  { key = "helps", kind = "several", domain = "people", text = "Who helps?", none = "nobody", choices = { family = "Family", friend = "A friend", nobody = "Nobody" } },
  { key = "top", kind = "pick_three", domain = "next", text = "What matters most?", choices = { a = "Home", b = "School", c = "Friends", d = "Money" } },
  { key = "since", kind = "month_year", domain = "help", text = "Since when?" },
  { key = "words", kind = "long_text", domain = "next", text = "What should change?", max_length = 100 },
  { key = "draw", kind = "drawing", domain = "me", text = "What do you see?", max_length = 100 },
  { key = "with", kind = "helped", text = "Who helped you?" },
  { key = "quote", kind = "consent", purpose = "quote", text = "May we show your words?", choices = { yes = "Yes", no = "No" } },
]
"""  # noqa: E501
