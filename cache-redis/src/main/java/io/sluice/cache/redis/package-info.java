/**
 * What several gateways share in Redis: manifests, tag pointers and proofs, and who fetches and who holds which blob. {@link RedisCache} is the door.
 *
 * <p>Redis is a help, not a need. Every command has a deadline, nothing waits for a connection, nothing is sent twice, and
 * a breaker leaves Redis alone while it does not answer. None of it fails a pull: what cannot be read is a miss, what
 * cannot be written is left out, and both are counted as a {@link RedisFault}.
 *
 * <h2>The keys</h2>
 *
 * <pre>
 * sluice:1:manifest:{digest}                   a string: one manifest
 * sluice:1:tags:{scope/repository}:tag         a hash: the pointers of a tag, one for each Accept
 * sluice:1:proofs:{scope/repository}           a hash: what a repository is proven to have, and what was taken from it
 * sluice:1:lease:{digest}                      a string: who is fetching a manifest, for three seconds from the last word
 * sluice:1:lease:blob:{digest}                 a string: who is fetching a blob, and where it is reached, likewise
 * sluice:1:holders:{digest}                    a hash: where replicas are reached that hold a blob, 16 at the most
 * sluice:1:probe:n                             a string: written to see whether Redis takes writes
 * </pre>
 *
 * The number is the version of the keys; the scope is a route with what its upstream is, so that two gateways that mean
 * different registries by one name share nothing (T36). Braces are the hash tags of a Redis Cluster; every command and
 * script uses one key.
 *
 * <h2>The records</h2>
 *
 * They are those of {@link io.sluice.cache.record}, sealed for their key. A hash has the whole written key of a pointer as
 * its field, and the digest of a proof. The record of a proof begins with one byte more: 1 for a proof, 0 for a proof that
 * was taken away, which is followed by when that was. Times are those of Redis' own clock.
 *
 * <p>Nothing of it is believed unseen (T25): a length is limited before it is read, a record of another version, for
 * another key or with another checksum is a miss, a manifest is verified against its digest.
 */
@NullMarked
package io.sluice.cache.redis;

import org.jspecify.annotations.NullMarked;
