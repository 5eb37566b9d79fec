package io.pipedeck.job;

import java.util.UUID;

/**
 * The right to run one attempt of a job. Every write of that attempt carries {@code claimId} and is
 * dropped when the claim has moved on.
 *
 * @param job as it was claimed: running, its attempt counted
 */
public record Claim(UUID claimId, Job job) {}
