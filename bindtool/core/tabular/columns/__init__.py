"""Which columns of a table have the ids and the labels, and how sure that is.

`names`     what people call a column, and what that says
`contents`  what is in a column: serials, MACs, dates, words and so on
`known`     whether that fits the profile's rules, and the ids that were bound before
`regions`   which rows are the header, sums, titles and notes
`facts`     each column for a person who chooses
`layout`    the rules by which all this becomes a decision, or a doubt
`written`   columns as a person writes them down for the command line
"""
