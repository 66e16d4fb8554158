"""The reference's composed answers: typed structs and the assemblers that fill them in batches."""
