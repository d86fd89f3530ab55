package io.sluice.benchmarks.client;

/**
 * How many clients ask.
 *
 * @param count all of them; each compares the length of what it got
 * @param hashing how many of them compare the digest too, which costs time
 */
public record Clients(int count, int hashing) {}
