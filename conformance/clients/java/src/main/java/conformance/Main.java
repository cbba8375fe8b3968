package conformance;

/** `aws-sdk-java`, `anthropic-java` or `anthropic-messages-java` runs requirements; `speak` makes two calls by the environment alone. */
final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("speak")) {
            Special.speak();
            System.exit(0);
        }
        switch (args[0]) {
            case "aws-sdk-java" -> {
                new Checks(new Invoke()).add();
                new Checks(new Converse()).add();
                Special.add();
                Control.add();
            }
            case "anthropic-java" -> {
                new Checks(new Anthropic()).add();
                Anthropic.add();
            }
            case "anthropic-messages-java" -> Surfaces.add();
            default -> throw new IllegalArgumentException("no client is called " + args[0]);
        }
        Harness.runAll(args[0]);
        // The SDKs' clients keep threads, and nothing is left to do.
        System.exit(0);
    }
}
