// The server of http_client's tests, for this program too.
#include "unit/http_client/certificates.cpp"
#include "unit/http_client/peer.cpp"
