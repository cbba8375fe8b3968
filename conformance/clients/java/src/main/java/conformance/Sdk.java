package conformance;

import conformance.Plain.Options;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** Builds the SDK's clients: Apache for whole answers, Netty for streams. */
final class Sdk {
    private Sdk() {}

    /** The SDK takes half a frame for the end of a stream: an app has to look for the last event. */
    static final Faults.Broken BROKEN =
        new Faults.Broken(
            "ThrottlingException: Slow down, quarry\\.",
            "(!== message_stop|messageStop before metadata)",
            "SdkClientException: Unable to execute HTTP request: .*connection");

    /** Counts what is sent. */
    static final class Counter implements ExecutionInterceptor {
        final AtomicInteger sent = new AtomicInteger();

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            sent.incrementAndGet();
        }
    }

    static <B extends AwsClientBuilder<B, C>, C> B set(B builder, Options how, Counter counter) {
        System.clearProperty("aws.bearerTokenBedrock");
        if (how.bearer() != null) System.setProperty("aws.bearerTokenBedrock", how.bearer());
        builder.region(Region.of(how.region() == null ? Harness.REGION : how.region()));
        builder.endpointOverride(URI.create(how.url() == null ? Harness.url("strict") : how.url()));
        if (how.nobody()) builder.credentialsProvider(AnonymousCredentialsProvider.create());
        if (how.keys() != null) {
            Harness.Keys keys = how.keys();
            builder.credentialsProvider(
                StaticCredentialsProvider.create(
                    keys.session() == null
                        ? AwsBasicCredentials.create(keys.id(), keys.secret())
                        : AwsSessionCredentials.create(keys.id(), keys.secret(), keys.session())));
        }
        return builder.overrideConfiguration(
            own -> {
                own.addExecutionInterceptor(counter);
                if (how.once()) own.retryStrategy(AwsRetryStrategy.doNotRetry());
            });
    }

    static BedrockRuntimeClient runtime(Options how, Counter counter) {
        return set(BedrockRuntimeClient.builder().httpClientBuilder(ApacheHttpClient.builder()), how, counter).build();
    }

    static BedrockRuntimeAsyncClient streams(Options how) {
        return set(
                BedrockRuntimeAsyncClient.builder().httpClientBuilder(NettyNioAsyncHttpClient.builder()), how, new Counter())
            .build();
    }

    static void refused(String id, Callable<?> call, int status, String code, String text) {
        Harness.requirement(id, () -> isRefused(Harness.refusal(call), status, code, text));
    }

    /** Compares a refusal with what is expected; the text in part. */
    static void isRefused(Throwable error, int status, String code, String text) {
        Harness.expect(error instanceof AwsServiceException, "a service exception, not " + error);
        AwsServiceException shown = (AwsServiceException) error;
        Harness.equal(shown.statusCode(), status);
        if (code != null) Harness.equal(shown.awsErrorDetails().errorCode(), code);
        Harness.contains(shown.awsErrorDetails().errorMessage(), text);
    }
}
