"""Recognises the columns of ids and labels in a table, and how certain they are.

`names`     the meaning of column names
`contents`  the contents of a column: serials, MACs, dates, words and so on
`known`     whether that fits the profile's rules, and the ids that were bound before
`regions`   the rows that are the header, sums, titles and notes
`facts`     a summary of each column for a person who chooses
`layout`    the rules by which all this becomes a decision, or a doubt
`written`   columns as written on the command line
"""
