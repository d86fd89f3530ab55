package io.sluice.gateway.server;

/**
 * How an answer left.
 *
 * @param status its status, or 0 when the connection ended before it
 * @param bytes how many bytes of its body were written to the connection
 * @param complete whether the whole of it was written
 */
record Transfer(int status, long bytes, boolean complete) {}
