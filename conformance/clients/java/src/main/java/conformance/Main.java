package conformance;

/** AWS SDK for Java v2: `aws-sdk-java` runs the requirements, `speak` two calls by the environment alone. */
final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("speak")) {
            Special.speak();
            System.exit(0);
        }
        new Checks(new Invoke()).add();
        new Checks(new Converse()).add();
        Special.add();
        Control.add();
        Harness.runAll(args[0]);
        // The SDK's clients keep threads, and nothing is left to do.
        System.exit(0);
    }
}
