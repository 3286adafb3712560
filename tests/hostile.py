"""Cells that spreadsheets, CSV readers and XML writers break on."""

HOSTILE = [
    "=SUM(A1:A9)", "+39 06 1234", "-18 gradi", "-", "@ansa", "'Ndrangheta", "''doppio", '"chiuso"', '"aperto', 'chiuso"',
    'a "b" c', "1.000", "1.000.000", "00123", "1-2", "1:2", "18.30", "12345678901234567890", "1,5", "3,5%", "12%", "TRUE", "vero",
    "2026-11-22", "1/2", "1E5", "22 nov", "nov 2026", "12/11/2026 18:30", "€ 5", "5 €", "$3.50", "1 000",
    "con\ttab", "con\na capo",
    "con\r\na capo", "“Perché no?”", "città 😀", "Erdoğan Žižek", " blanco davanti e dietro ", "doppio  blanco", "a;b,c",
    "x" * 5000, "y z " * 9000, "<b>&amp;</b>", "\\n", "#REF!", "#N/A", "=1+1", '=HYPERLINK("http://a.it","b")', "+", "=", "@",
    "http://www.example.it", "info@example.it", "(1)", "1)", "…", "—", "\u00a0nbsp\u00a0dentro", "\ufeffbom dentro",
    "e\u0301 scomposto",
    "tab\tfine\t", "", "0", "-5", "1.5", ".5", "5.", "1_000", "]]>", "<script>alert(1)</script>",
]  # fmt: skip
