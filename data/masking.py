"""How a refused value may be shown: enough to see what went wrong, nothing that names a person."""

#: characters of a value that are shown at most
SHOWN = 40

#: `masked_wholly` keeps only the shape (9 a digit, a a letter, 字 a Chinese character);
#: `masked_numbers` hides runs of seven or more digits, and groups of three or more, which may be a phone or
#: identity number
MACROS = rf"""
CREATE TEMP MACRO masked_wholly(value) AS regexp_replace(regexp_replace(regexp_replace(
    left(value, {SHOWN}), '[0-9]', '9', 'g'), '[A-Za-z]', 'a', 'g'), '[^\x00-\x7F]', '字', 'g')
    || CASE WHEN length(value) > {SHOWN} THEN '… (' || length(value) || ' characters)' ELSE '' END;
CREATE TEMP MACRO masked_numbers(value) AS regexp_replace(left(value, {SHOWN}),
    '\p{{Nd}}{{7,}}|\p{{Nd}}{{3,}}[ .-]\p{{Nd}}{{3,}}([ .-]\p{{Nd}}{{3,}})*', '#######', 'g')
    || CASE WHEN length(value) > {SHOWN} THEN '… (' || length(value) || ' characters)' ELSE '' END;
"""
