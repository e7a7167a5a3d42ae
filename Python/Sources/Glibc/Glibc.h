double sin(double x);
double cos(double x);
double exp(double x);
