package satori

// HTTP statuses that the face answers with. Their names are those of the
// standard library, whose HTTP package has no place in a pure one.
const (
	statusOK                    = 200
	statusNoContent             = 204
	statusFound                 = 302
	statusPermanentRedirect     = 308
	statusBadRequest            = 400
	statusUnauthorized          = 401
	statusForbidden             = 403
	statusNotFound              = 404
	statusMethodNotAllowed      = 405
	statusConflict              = 409
	statusGone                  = 410
	statusRequestEntityTooLarge = 413
	statusUpgradeRequired       = 426
	statusTooManyRequests       = 429
	statusInternalServerError   = 500
	statusNotImplemented        = 501
	statusBadGateway            = 502
	statusServiceUnavailable    = 503
	statusGatewayTimeout        = 504
)
