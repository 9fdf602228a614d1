// Package logging builds the process's slog.Logger: coloured lines for people or JSON for machines, with secrets
// taken out of both.
//
// Redaction works in three layers, each of which suffices when the others miss: attributes with a telling key
// (token, authorization, cookie and the like) lose their value; secrets made known to a [Redactor] are replaced
// wherever they turn up, in messages, errors, structs and nested groups; and what follows "Bearer " or "access_token="
// is replaced even if nobody made it known, since strangers show tokens too.
package logging
