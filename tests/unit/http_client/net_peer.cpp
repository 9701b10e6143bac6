// The server of net's tests, for this program too.
#include "unit/net/certificates.cpp"
#include "unit/net/peer.cpp"
