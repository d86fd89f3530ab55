package io.sluice.benchmarks.client;

import java.util.List;

/**
 * How many requests a second were answered.
 *
 * @param perSecond of those that were answered with 200
 * @param failures what else there was, one line each
 */
public record Rate(double perSecond, List<String> failures) {}
